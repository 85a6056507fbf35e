"""How things are said: one vocabulary for terminal, report, figures and trace."""
