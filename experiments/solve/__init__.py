"""The cheapest design that meets a target: every design of a grid bounded and priced, the best ones certified."""
