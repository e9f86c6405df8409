-- One contact of a process with its fleet: what it reports is noted, and if it asks for a permit it gets one,
-- perhaps for a moment from now, or is told when to ask again.
--
-- A permit of a limit is taken from the moment a call may go out until one window after its answer. The set of
-- a limit holds a member for each, scored with the time at which it will be free. While the answer is not
-- known that is the worst case. So a call may go out at the time t if fewer than the limit's number of scores
-- are above t. All times are this server's, in microseconds; from the processes come durations alone.
--
-- KEYS: 1 state, 2 the processes with calls to make, 3 the keys that hold something, each scored with the time until
--       which it does, 4 the freeze, 5 the set of the address, then sets of endpoints, first that of the call asked for.
-- ARGV: 1 the process, 2 whether it has calls to make, 3 whether its last attempt failed: 1, or 2 if it
--       was cut off for so long that fallbacks may have begun,
--       4 the epoch it knows, 5 how many permits it knows to have been given in it, 6 how long all have to pause
--       when permits were forgotten, 7 what it knows to be left of the freeze, 8 how long a call may take,
--       9 how far ahead a permit is given, 10 limit and 11 window of an endpoint, 12 limit and 13 window of the
--       address, 14 the call asked for or "", 15 how long it can wait or less than 0,
--       16 how many processes there are at most, then in threes:
--       the index of an endpoint's key, a call, and how long ago it was answered (less than 0: it is not yet).
-- Returns: 1 whether there is a permit, 2 when it begins or when to ask again, 3 the least time until there
--       can be one, 4 epoch, 5 permits given in it, 6 what is left of the freeze, 7 of the pause, 8 processes.

local MISSED = 1000000   -- a process with calls to make that is silent for longer may have lost this server
local SILENCE = 1500000  -- if nobody has been heard for longer although there are calls to make, all may have
local YOUNG = 2000000    -- how soon after the end of an outage everybody has noticed
local MEMORY = 30000000  -- how long a process that is missed is thought to be alive
local IDLE = 7 * 86400000

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function number(v) return v and tonumber(v) or 0 end
local function text(n) return string.format('%.0f', n) end
local function millis(us) return text(math.ceil(us / 1000)) end

local process, busy, grace = ARGV[1], ARGV[2] == '1', number(ARGV[6])
local well, cutoff = ARGV[3] == '0', ARGV[3] == '2'
local hold, horizon = number(ARGV[8]), number(ARGV[9])
local endpoint = {limit = number(ARGV[10]), window = number(ARGV[11])}
local address = {limit = number(ARGV[12]), window = number(ARGV[13])}

-- A server that was restarted or has taken over may have lost the latest permits, and one without state has
-- lost all. Then everybody pauses until those have run out. INFO may be forbidden, and then the loss
-- shows when somebody comes who remembers more permits than the server does.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'given', 'warm', 'warmed', 'last', 'since',
  'members', 'holding')
local epoch, given, warm, warmed = number(state[1]), number(state[3]), number(state[4]), number(state[5])
local last, since = number(state[6]), number(state[7])
local members, holding = number(state[8]), number(state[9])
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''

local function pause()
  warm, warmed = math.max(warm, now + grace), now
end

-- Who has not come back yet after an outage may use its part of the limits, until it is known to be dead.
local function missOthers()
  local others = 0
  for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if member ~= process and string.sub(member, 1, 1) ~= '-' then
      others = others + 1
      redis.call('ZREM', KEYS[2], member)
      redis.call('ZADD', KEYS[2], text(now - MISSED), '-' .. member)
    end
  end
  return others
end

-- What was deleted alone is noticed where it should hold something.
local function deleted()
  if members > 0 and redis.call('EXISTS', KEYS[2]) == 0 then return true end
  if holding > 0 and redis.call('EXISTS', KEYS[3]) == 0 then return true end
  for i = 4, #KEYS do
    if number(redis.call('ZSCORE', KEYS[3], KEYS[i])) > now and redis.call('EXISTS', KEYS[i]) == 0 then return true end
  end
  return false
end

local frozen = number(redis.call('GET', KEYS[4]))
local forgot = epoch == 0 or (server ~= '' and server ~= state[2]) or now < last - SILENCE
  or (number(ARGV[4]) == epoch and number(ARGV[5]) > given)
local incomplete = not forgot and deleted()
if forgot then
  redis.call('DEL', KEYS[4]) -- it may bear the time of another clock
  frozen = 0
elseif incomplete then
  frozen = math.max(frozen, number(redis.call('ZSCORE', KEYS[3], KEYS[4])))
end
if forgot or incomplete then
  epoch, given, warm, last, since = now, 0, 0, now, now
  pause()
  missOthers()
  redis.call('DEL', KEYS[3])
elseif now - last > SILENCE then
  -- Either nobody had calls to make, or nobody got through, and fallbacks are in use.
  since = now
  if missOthers() > 0 or cutoff then pause() end
elseif cutoff and now - since < YOUNG and warmed < since then
  pause() -- the first to come after the outage did not know of it
end
last = math.max(last, now)

redis.call('ZREM', KEYS[2], '-' .. process)
if not busy then
  redis.call('ZREM', KEYS[2], process)
elseif well then
  redis.call('ZADD', KEYS[2], text(now), process)
else
  redis.call('ZADD', KEYS[2], text(now - MISSED), process) -- it does not get answers
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - MEMORY))

-- Who alone has lost this server makes do with its part of the limits, which is kept for it, and from it until all
-- its calls are known.
local processes = math.max(number(ARGV[16]), redis.call('ZCARD', KEYS[2]))
local missed = redis.call('ZCOUNT', KEYS[2], '-inf', text(now - MISSED))
local function keep(of)
  of.limit = math.max(1, of.limit - missed * math.max(1, math.floor(of.limit / processes)))
end
keep(endpoint)
keep(address)

local freeze = number(ARGV[7])
if freeze > 0 then frozen = math.max(frozen, now + freeze) end
if frozen > now then
  redis.call('SET', KEYS[4], text(frozen), 'PX', millis(frozen - now + endpoint.window + address.window))
  redis.call('ZADD', KEYS[3], text(frozen), KEYS[4])
end

-- What is left in a set from another epoch may bear the times of another clock.
local opened = {}
local function open(key)
  if opened[key] then return end
  opened[key] = true
  if number(redis.call('ZSCORE', key, 'epoch')) ~= -epoch then
    redis.call('DEL', key)
    redis.call('ZADD', key, text(-epoch), 'epoch')
  else
    redis.call('ZREMRANGEBYSCORE', key, '0', text(now))
  end
end

local function take(key, of, call, free)
  open(key)
  if free > now then
    redis.call('ZADD', key, text(free), call)
    redis.call('PEXPIRE', key, millis(hold + of.window + 600000000))
  else
    redis.call('ZREM', key, call)
  end
end

for i = 17, #ARGV, 3 do
  local call, answered = ARGV[i + 1], now - number(ARGV[i + 2])
  take(KEYS[number(ARGV[i])], endpoint, call, answered + endpoint.window)
  take(KEYS[5], address, call, answered + address.window)
end

-- After a freeze or pause permits are given one by one, spread over the first window.
local resumed = math.max(warm, frozen)
local earliest = math.max(now, resumed)
local function soonest(key, of)
  local taken = redis.call('ZCOUNT', key, '(' .. text(earliest), '+inf')
  local at = earliest
  if taken >= of.limit then
    local rest = redis.call('ZRANGEBYSCORE', key, '(' .. text(earliest), '+inf', 'WITHSCORES',
      'LIMIT', text(taken - of.limit), '1')
    at = number(rest[2])
  end
  if earliest < resumed + of.window then
    at = math.max(at, resumed + math.ceil(taken * of.window / of.limit))
  end
  return at
end

local granted, wait, least = 0, 0, 0
local call, patience = ARGV[14], number(ARGV[15])
if call ~= '' then
  open(KEYS[5])
  open(KEYS[6])
  redis.call('ZREM', KEYS[5], call) -- a connection that broke may have sent this twice
  redis.call('ZREM', KEYS[6], call)
  local at = math.max(soonest(KEYS[6], endpoint), soonest(KEYS[5], address))
  wait = at - now
  least = wait
  if wait <= horizon and (patience < 0 or wait <= patience) then
    granted = 1
    given = given + 1
    take(KEYS[6], endpoint, call, at + hold + endpoint.window)
    take(KEYS[5], address, call, at + hold + address.window)
  elseif at - earliest > math.max(endpoint.window, address.window) then
    -- It hangs on calls under way. Their answers take a window to count, so there is no hurry to hear of them.
    least = earliest - now + math.floor(endpoint.window / 2)
    wait = math.max(math.floor(endpoint.window / 4), earliest - now - math.floor(horizon / 2))
  else
    wait = math.max(1000, wait - math.floor(horizon / 2))
  end
end

for key in pairs(opened) do
  redis.call('ZADD', KEYS[3], redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2], key)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now))

redis.call('HSET', KEYS[1], 'epoch', text(epoch), 'server', server, 'given', text(given), 'warm', text(warm),
  'warmed', text(warmed), 'last', text(last), 'since', text(since),
  'members', redis.call('ZCARD', KEYS[2]), 'holding', redis.call('ZCARD', KEYS[3]))
redis.call('PEXPIRE', KEYS[1], IDLE)
redis.call('PEXPIRE', KEYS[2], IDLE)
redis.call('PEXPIRE', KEYS[3], IDLE)

return {granted, wait, least, epoch, given, math.max(0, frozen - now), math.max(0, warm - now),
  processes}
