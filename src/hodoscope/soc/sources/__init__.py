"""Sources: files, directories, archives and standard input become batches of raw records with positions."""
