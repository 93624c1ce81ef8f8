import { expect, test } from 'bun:test';
import { boards } from './boards';

test('an empty list', async () => {
  expect(await (await boards.request('/')).json()).toEqual([]);
});
