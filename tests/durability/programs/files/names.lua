return { of = function(n) return ({ "one ", "two ", "three " })[n] end }
