export const environment = { production: true, banner: 'staging' };
