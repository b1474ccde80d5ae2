"""An exact certificate: the enumerated planar sum against the series of the closed form."""
