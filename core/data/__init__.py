"""Tables: where they come from, how they are read, and how a run gets them. No TensorFlow here."""
