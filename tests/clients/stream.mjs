// Follows a stream until its end: stream.mjs URL TOKEN TYPE…; prints each event as a line of JSON.
import { EventSource } from 'eventsource';

const [url, token, ...types] = process.argv.slice(2);
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
const alive = setInterval(() => {}, 1 << 30); // what waits to come again keeps no process alive
const show = (event) => console.log(JSON.stringify({ id: event.lastEventId, type: event.type, data: JSON.parse(event.data) }));
for (const type of types) source.addEventListener(type, show);
source.addEventListener('end', (event) => {
  show(event);
  source.close();
  clearInterval(alive);
});
source.addEventListener('open', () => console.log(JSON.stringify({ type: 'open' })));
source.addEventListener('error', (event) => {
  if (source.readyState !== EventSource.CLOSED) return; // it comes again by itself
  console.log(JSON.stringify({ type: 'failed', code: event.code, message: event.message }));
  process.exit(1);
});
