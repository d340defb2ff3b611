"""What a table shows before any training: columns, scales, pairs, rows, and stable rates."""
