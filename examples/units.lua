-- A module: what it returns is what require("units") gives. It runs once per run.

local KILOMETRES_PER_MILE = 1.609344

local units = {}

function units.kilometres(miles)
  return miles * KILOMETRES_PER_MILE
end

function units.show(kilometres)
  return ("%.1f km"):format(kilometres)
end

return units
