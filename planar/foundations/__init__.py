"""What everything stands on: errors, how results print, rational functions, words of non-commuting
letters.
"""
