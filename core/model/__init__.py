"""What a linear regression is made of: layer, optimizers, schedules and losses, all Keras' own."""
