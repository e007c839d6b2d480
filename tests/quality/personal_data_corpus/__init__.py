"""A labelled corpus of columns for the personal-data detector, drawn from fixed seeds: nobody in it exists."""
