"""A local stand-in for the Walmart Marketplace token and orders API, for demos and tests."""
