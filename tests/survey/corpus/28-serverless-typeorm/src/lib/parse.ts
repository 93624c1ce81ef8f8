import { z } from 'zod';
import { HttpProblem } from './problem.js';

const schema = z.object({ total: z.string().regex(/^\d+\.\d\d$/), shop: z.string().optional() });

export function parseReceipt(body: unknown) {
  const result = schema.safeParse(body);
  if (!result.success) throw new HttpProblem(422, 'the receipt is malformed');
  return result.data;
}
