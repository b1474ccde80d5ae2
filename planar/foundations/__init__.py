"""What all wings build on: errors, printing, rational functions, words of non-commuting letters."""
