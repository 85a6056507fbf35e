"""The command line: one thin verb a file; what a verb does lives in the other rooms."""
