import source from '../data-source.js';

export const handler = async () => {
  await source.query("DELETE FROM receipt WHERE shop IS NULL AND total = '0.00'");
};
