"""How dates are written, by language; templates name them as in `date:"MONTH_DAY_FORMAT"`."""
