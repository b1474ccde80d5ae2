"""The book of the field: one theorem a file, derived by planar from its definition and compared
with its published form.
"""
