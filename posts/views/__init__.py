"""The pages of the room: writing a post, looking at one, its pictures and its history."""
