import middy from '@middy/core';
import { randomUUID } from 'node:crypto';
import source from '../data-source.js';
import { Receipt } from '../entities/receipt.js';
import { parseReceipt } from '../lib/parse.js';
import { problems } from '../lib/problem.js';

export const handler = middy(async (event: { body: string }) => {
  const receipt = { id: randomUUID(), ...parseReceipt(JSON.parse(event.body)) };
  await source.getRepository(Receipt).insert(receipt);
  return { statusCode: 201, body: JSON.stringify(receipt) };
}).use(problems());
