-- Syncs a process with its fleet: records what the process reports and, if it requests a permit, grants one, which may
-- start a little later, or returns when to request it again.
--
-- A permit of a limit is taken from the time when its call may be sent until one window after the response. The set of
-- a limit holds a member for each taken permit, scored with the time at which the permit will be free. Before the
-- response is reported that is the worst case. So a call may be sent at the time t if fewer than the limit's number of
-- scores are above t. All times are this server's, in microseconds; processes send only durations.
--
-- KEYS: 1 state, 2 the busy processes, 3 the keys in use, each scored with its expiry, 4 the end of a block, 5 the set
--       of the address, then sets of endpoints, first that of the requested permit.
-- ARGV: 1 the process, 2 whether it is busy (has calls waiting or in flight), 3 its state: 0 connected; 1 its last
--       attempt failed, or calls made without Redis are not reported yet; 2 it was cut off for so long that fallbacks
--       may have begun, 4 the epoch it knows, 5 how many permits it knows to have been granted in that epoch, 6 how
--       long all processes have to pause when permits were lost, 7 the remaining time of the block it knows, 8 how long
--       a permit is held without a report, 9 how far ahead a permit is granted, 10 limit and 11 window of an endpoint,
--       12 limit and 13 window of the address, 14 the call that requests a permit or "", 15 how long it can wait, or
--       less than 0 for any time, 16 the maximum number of processes, then in threes: the index of an endpoint's key,
--       a call, and how long ago its response arrived (less than 0: it is in flight and ends then, at the latest).
-- Returns: 1 whether a permit is granted, 2 when it starts or when to request it again, 3 the minimum time until one is
--       possible, 4 epoch, 5 permits granted in it, 6 the remaining time of the block, 7 of the pause, 8 processes.

local HEARTBEAT_TIMEOUT = 1000000 -- a busy process that is silent for longer may have lost this server
local FLEET_TIMEOUT = 1500000     -- if all busy processes are silent for longer, all of them may have
local RETURN_TIME = 2000000       -- how soon after the end of an outage all processes have noticed it
local MEMBER_TTL = 30000000       -- how long a missing process is assumed to be alive
local KEY_TTL = 7 * 86400000      -- in milliseconds

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function number(v) return v and tonumber(v) or 0 end
local function text(n) return string.format('%.0f', n) end
local function millis(us) return text(math.ceil(us / 1000)) end

local process, busy, pauseLength = ARGV[1], ARGV[2] == '1', number(ARGV[6])
local connected, cutOff = ARGV[3] == '0', ARGV[3] == '2'
local hold, horizon = number(ARGV[8]), number(ARGV[9])
local endpoint = {limit = number(ARGV[10]), window = number(ARGV[11])}
local address = {limit = number(ARGV[12]), window = number(ARGV[13])}

-- A server that was restarted or has taken over may have lost the latest permits, and one without state has lost all of
-- them. Then all processes pause until the lost permits are free. INFO may be forbidden; then the loss shows when a
-- process remembers more permits than the server does.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'given', 'warm', 'warmed', 'last', 'since',
  'members', 'holding')
local epoch, granted, pauseEnd, pausedAt = number(state[1]), number(state[3]), number(state[4]), number(state[5])
local lastSync, busySince = number(state[6]), number(state[7])
local members, holding = number(state[8]), number(state[9])
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''

local function pause()
  pauseEnd, pausedAt = math.max(pauseEnd, now + pauseLength), now
end

-- Marks all other processes as missing, and returns their number. A process that has not come back after an outage may
-- use its part of the limits, until its MEMBER_TTL has passed. The names of missing processes begin with "-".
local function markOthersMissing()
  local others = 0
  for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if member ~= process and string.sub(member, 1, 1) ~= '-' then
      others = others + 1
      redis.call('ZREM', KEYS[2], member)
      redis.call('ZADD', KEYS[2], text(now - HEARTBEAT_TIMEOUT), '-' .. member)
    end
  end
  return others
end

-- Returns whether a single key was deleted that should hold something.
local function keyDeleted()
  if members > 0 and redis.call('EXISTS', KEYS[2]) == 0 then return true end
  if holding > 0 and redis.call('EXISTS', KEYS[3]) == 0 then return true end
  for i = 4, #KEYS do
    if number(redis.call('ZSCORE', KEYS[3], KEYS[i])) > now and redis.call('EXISTS', KEYS[i]) == 0 then return true end
  end
  return false
end

local blockedUntil = number(redis.call('GET', KEYS[4]))
local memoryLost = epoch == 0 or (server ~= '' and server ~= state[2]) or now < lastSync - FLEET_TIMEOUT
  or (number(ARGV[4]) == epoch and number(ARGV[5]) > granted)
local incomplete = not memoryLost and keyDeleted()
if memoryLost then
  redis.call('DEL', KEYS[4]) -- it may hold the time of another clock
  blockedUntil = 0
elseif incomplete then
  blockedUntil = math.max(blockedUntil, number(redis.call('ZSCORE', KEYS[3], KEYS[4])))
end
if memoryLost or incomplete then
  epoch, granted, pauseEnd, lastSync, busySince = now, 0, 0, now, now
  pause()
  markOthersMissing()
  redis.call('DEL', KEYS[3])
elseif now - lastSync > FLEET_TIMEOUT then
  -- Either no process was busy, or none reached this server and fallbacks are in use.
  busySince = now
  if markOthersMissing() > 0 or cutOff then pause() end
elseif cutOff and now - busySince < RETURN_TIME and pausedAt < busySince then
  pause() -- the first process after the outage did not know of it
end
lastSync = math.max(lastSync, now)

redis.call('ZREM', KEYS[2], '-' .. process)
if not busy then
  redis.call('ZREM', KEYS[2], process)
elseif connected then
  redis.call('ZADD', KEYS[2], text(now), process)
else
  redis.call('ZADD', KEYS[2], text(now - HEARTBEAT_TIMEOUT), process) -- missing: it may receive no replies
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - MEMBER_TTL))

-- A process that alone has lost this server uses its part of the limits, which is reserved for it, and afterwards until
-- all its calls are reported.
local processes = math.max(number(ARGV[16]), redis.call('ZCARD', KEYS[2]))
local missing = redis.call('ZCOUNT', KEYS[2], '-inf', text(now - HEARTBEAT_TIMEOUT))
local function reserveParts(of)
  of.limit = math.max(1, of.limit - missing * math.max(1, math.floor(of.limit / processes)))
end
reserveParts(endpoint)
reserveParts(address)

local block = number(ARGV[7])
if block > 0 then blockedUntil = math.max(blockedUntil, now + block) end
if blockedUntil > now then
  redis.call('SET', KEYS[4], text(blockedUntil), 'PX', millis(blockedUntil - now + endpoint.window + address.window))
  redis.call('ZADD', KEYS[3], text(blockedUntil), KEYS[4])
end

-- Clears a set that is left from another epoch, whose times may be of another clock, and removes free permits.
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

local function take(key, of, call, freeAt)
  open(key)
  if freeAt > now then
    redis.call('ZADD', key, text(freeAt), call)
    redis.call('PEXPIRE', key, millis(hold + of.window + 600000000))
  else
    redis.call('ZREM', key, call)
  end
end

for i = 17, #ARGV, 3 do
  local call, coolsFrom = ARGV[i + 1], now - number(ARGV[i + 2])
  take(KEYS[number(ARGV[i])], endpoint, call, coolsFrom + endpoint.window)
  take(KEYS[5], address, call, coolsFrom + address.window)
end

-- After a block or pause permits are granted one by one, spread over the first window.
local resumeAt = math.max(pauseEnd, blockedUntil)
local earliest = math.max(now, resumeAt)
local function freeAt(key, of)
  local taken = redis.call('ZCOUNT', key, '(' .. text(earliest), '+inf')
  local at = earliest
  if taken >= of.limit then
    local first = redis.call('ZRANGEBYSCORE', key, '(' .. text(earliest), '+inf', 'WITHSCORES',
      'LIMIT', text(taken - of.limit), '1')
    at = number(first[2])
  end
  if earliest < resumeAt + of.window then
    at = math.max(at, resumeAt + math.ceil(taken * of.window / of.limit))
  end
  return at
end

local isGranted, wait, minWait = 0, 0, 0
local call, maxWait = ARGV[14], number(ARGV[15])
if call ~= '' then
  open(KEYS[5])
  open(KEYS[6])
  redis.call('ZREM', KEYS[5], call) -- go-redis may have sent this twice because a connection broke
  redis.call('ZREM', KEYS[6], call)
  local at = math.max(freeAt(KEYS[6], endpoint), freeAt(KEYS[5], address))
  wait = at - now
  minWait = wait
  if wait <= horizon and (maxWait < 0 or wait <= maxWait) then
    isGranted = 1
    granted = granted + 1
    take(KEYS[6], endpoint, call, at + hold + endpoint.window)
    take(KEYS[5], address, call, at + hold + address.window)
  elseif at - earliest > math.max(endpoint.window, address.window) then
    -- It depends on calls in flight. After their responses a window has to pass, so there is time to learn of them.
    minWait = earliest - now + math.floor(endpoint.window / 2)
    wait = math.max(math.floor(endpoint.window / 4), earliest - now - math.floor(horizon / 2))
  else
    wait = math.max(1000, wait - math.floor(horizon / 2))
  end
end

for key in pairs(opened) do
  redis.call('ZADD', KEYS[3], redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2], key)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now))

redis.call('HSET', KEYS[1], 'epoch', text(epoch), 'server', server, 'given', text(granted), 'warm', text(pauseEnd),
  'warmed', text(pausedAt), 'last', text(lastSync), 'since', text(busySince),
  'members', redis.call('ZCARD', KEYS[2]), 'holding', redis.call('ZCARD', KEYS[3]))
redis.call('PEXPIRE', KEYS[1], KEY_TTL)
redis.call('PEXPIRE', KEYS[2], KEY_TTL)
redis.call('PEXPIRE', KEYS[3], KEY_TTL)

return {isGranted, wait, minWait, epoch, granted, math.max(0, blockedUntil - now), math.max(0, pauseEnd - now),
  processes}
