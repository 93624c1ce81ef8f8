import { parse } from '../dist/index.js';

console.time('parse');
parse('Saaz 3.5%\n'.repeat(1e5));
console.timeEnd('parse');
