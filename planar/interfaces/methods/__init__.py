"""The methods of the user's object, one file a chapter; each hands on to its reader."""
