"""Moments, free cumulants and the transforms between them."""
