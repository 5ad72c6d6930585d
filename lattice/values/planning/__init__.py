"""Which cells to train next: by the width of bounds, by variance, or at random by strata."""
