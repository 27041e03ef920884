"""What the tests share: a server to talk to, pictures made on the fly, and the rules that hold for every answer."""
