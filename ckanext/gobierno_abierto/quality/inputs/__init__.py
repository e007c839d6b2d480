"""Pure: one module per family of formats; each turns a file into tables of text batches with their lines."""
