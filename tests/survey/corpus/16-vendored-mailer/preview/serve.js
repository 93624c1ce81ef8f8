'use strict';
const http = require('node:http');
const mjml = require('mjml');

http.createServer((req, res) => res.end(mjml('<mjml></mjml>').html)).listen(8025);
