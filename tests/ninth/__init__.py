"""A ninth marketplace, invented: its folder is put into a copy of the product, beside the others, and nothing else."""
