import middy from '@middy/core';
import source from '../data-source.js';
import { Receipt } from '../entities/receipt.js';
import { HttpProblem, problems } from '../lib/problem.js';

export const handler = middy(async (event: { pathParameters: { id: string } }) => {
  const found = await source.getRepository(Receipt).findOneBy({ id: event.pathParameters.id });
  if (!found) throw new HttpProblem(404, 'no such receipt');
  return { statusCode: 200, body: JSON.stringify(found) };
}).use(problems());
