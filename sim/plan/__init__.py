"""A scenario compiled once into frozen tables that every engine reads."""
