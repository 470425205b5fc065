-- SPDX-License-Identifier: MIT
-- For wrk: `wrk -s wrk.lua URL [-- TARGETS]` asks the paths of a file in turn,
-- one a line, or URL again and again. The last line is a JSON object.
local requests, at = {}, 0

function init(arguments)
  if not arguments[1] then return end
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  request = function()
    at = at % #requests + 1
    return requests[at]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "bytes": %d, "refused": %d, "lost": %d, "p99": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99)))
end
