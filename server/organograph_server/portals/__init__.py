"""The catalogue of the dataset as portals of data harvest it (DCAT 3, DCAT-AP 3.0.1), and what people are told of it."""
