"""The stages of ionscreen, one thin module each, and the rooms they are made of."""
