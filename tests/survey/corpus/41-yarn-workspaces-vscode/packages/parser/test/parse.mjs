import test from 'ava';
import { parse } from '../dist/index.js';

test('a bad line has its number', (t) => {
  t.is(parse('Saaz 3.5%\nnonsense').error.line, 2);
});
