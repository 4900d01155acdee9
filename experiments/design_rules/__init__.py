"""Design rules of table softmaxes: closed forms beside certified minima, as a page with pictures."""
