"""What is done with an equivalent: spectra, dynamics, scaling laws, outliers, sweeps."""
