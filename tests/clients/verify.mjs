// Verifies deliveries: standard input has [{secret, headers, body}]; prints for each whether it is genuine, as JSON.
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const verdict = ({ secret, headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(verdict)));
