"""Facts and the parameters of the simulated market, as TOML."""
