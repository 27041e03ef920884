-- Makes wrk walk a list of paths. Arguments after `--`:
--   1  file with one request a line: path, optionally a tab and an If-None-Match value
--   2  `once`: stop counting at the end of the list (the result is void then); `loop`: start again
--   3  `jpeg`, `png` or `-`: what every answer must be; `-` does not look at answers (it costs time)
--   4,5  least and most pixels of the longer side of an answer
-- Prints one line of JSON when done. Each thread walks the whole list, from a start of its own.

local threads = {}

function setup(thread)
  thread:set("ordinal", #threads)
  table.insert(threads, thread)
end

function init(args)
  used, exhausted, wrong = 0, 0, 0
  requests = {}
  for line in io.lines(args[1]) do
    local path, etag = line:match("^([^\t]+)\t?(.*)$")
    local headers = etag ~= "" and { ["If-None-Match"] = etag } or {}
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
  again = args[2] == "loop"
  position = again and (ordinal * 37) % #requests or 0
  least, most = tonumber(args[4]), tonumber(args[5])
  longer_side = ({ jpeg = jpeg_longer_side, png = png_longer_side })[args[3]]
  if longer_side then
    response = check
  end
end

function request()
  if position >= #requests then
    if again then
      position = 0
    else
      exhausted = 1
      position = #requests - 1
    end
  end
  position = position + 1
  used = used + 1
  return requests[position]
end

-- wrk counts statuses from 400 by itself; this counts answers of the wrong kind or size.
function check(status, headers, body)
  if status == 200 then
    local side = longer_side(body)
    if not side or side < least or side > most then
      wrong = wrong + 1
    end
  elseif status < 400 then
    wrong = wrong + 1
  end
end

function jpeg_longer_side(body)
  if body:sub(1, 3) ~= "\255\216\255" then
    return nil
  end
  local at = 3
  while at + 8 <= #body do
    local mark, kind, high, low = body:byte(at, at + 3)
    if mark ~= 255 then
      return nil
    end
    -- A frame header; the three exceptions are Huffman tables, an extension and arithmetic coding.
    if kind >= 0xC0 and kind <= 0xCF and kind ~= 0xC4 and kind ~= 0xC8 and kind ~= 0xCC then
      return math.max(two_bytes(body, at + 5), two_bytes(body, at + 7))
    end
    at = at + 2 + high * 256 + low
  end
  return nil
end

function png_longer_side(body)
  if body:sub(1, 8) ~= "\137PNG\r\n\26\n" then
    return nil
  end
  return math.max(two_bytes(body, 19), two_bytes(body, 23))
end

function two_bytes(body, at)
  local high, low = body:byte(at, at + 1)
  return high * 256 + low
end

function done(summary, latency)
  local total = { used = 0, exhausted = 0, wrong = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(total) do
      total[name] = total[name] + thread:get(name)
    end
  end
  local errors = summary.errors
  io.write(string.format(
    'walk {"n": %d, "seconds": %f, "bytes": %d, "p50_us": %d, "p99_us": %d, '
      .. '"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d, '
      .. '"used": %d, "exhausted": %d, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.status, errors.timeout,
    total.used, total.exhausted, total.wrong))
end
