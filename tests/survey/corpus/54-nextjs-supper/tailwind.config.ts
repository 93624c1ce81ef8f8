export default { content: ['./app/**/*.tsx'] };
