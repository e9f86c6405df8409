// Receives the event of a user who is created meanwhile. The package has no option for the host: its HTTP client is told to
// send its one request elsewhere.
import axios from "axios";
import { DWClient, EventAck } from "dingtalk-stream";

const [base, clientId, clientSecret] = process.argv.slice(2);
axios.interceptors.request.use((config) => {
  config.url = config.url.replace("https://api.dingtalk.com", base);
  return config;
});

async function call(method, path, body) {
  const res = await fetch(base + path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  const response = await res.json();
  if (response.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(response)}`);
  return response;
}

const events = [];
const client = new DWClient({ clientId, clientSecret, ua: "node-stream" });
client.registerAllEventListener((message) => {
  events.push({ id: message.headers.eventId, type: message.headers.eventType, data: JSON.parse(message.data) });
  return { status: EventAck.SUCCESS };
});
await client.connect();
while (!client.connected) await new Promise((resolve) => setTimeout(resolve, 50));

const { access_token } = await call("GET", `/gettoken?appkey=${clientId}&appsecret=${clientSecret}`);
await call("POST", `/topapi/v2/user/create?access_token=${access_token}`,
  { userid: "node.user", name: "Node User", mobile: "13900000042", dept_id_list: "1" });

// An event that was not acknowledged would come again after 15 seconds.
await new Promise((resolve) => setTimeout(resolve, 17_000));
client.disconnect();
const [event] = events;
if (events.length !== 1 || event.type !== "user_add_org" || event.data.userId?.[0] !== "node.user") {
  console.error("received", JSON.stringify(events));
  process.exit(1);
}
console.log(`dingtalk-stream for Node received ${event.type} and acknowledged it`);
process.exit(0);
