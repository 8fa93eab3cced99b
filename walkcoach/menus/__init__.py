"""The menus on top and at the foot of every page, as the coach lays them."""
