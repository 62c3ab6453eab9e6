import { expect, test } from 'vitest';
import { serverError } from '../../src/lmdeploy/server-error.js';

// Bodies as LMDeploy 0.14 to 0.18 sent them.
test.each([
  [
    '/v1/responses',
    '{"error":{"message":"Unauthorized.","type":"invalid_request_error","param":null,"code":401}}',
    { message: 'Unauthorized.', param: null, ofLmdeploy: true },
  ],
  [
    '/v1/models, 0.16 and later',
    '{"message":"Unauthorized.","type":"authentication_error","code":401,"param":null,"object":"error"}',
    { message: 'Unauthorized.', param: null, ofLmdeploy: true },
  ],
  ['0.14 and 0.15', '{"error":"Unauthorized"}', { message: 'Unauthorized', param: null, ofLmdeploy: true }],
  ['FastAPI', '{"detail":"Not Found"}', { message: 'Not Found', param: null, ofLmdeploy: false }],
  [
    'an invalid field on 0.14',
    `{"detail":[{"type":"literal_error","loc":["body","reasoning","effort"],"msg":"Input should be 'none'","input":"max"}],"body":{"input":"hi"}}`,
    { message: "reasoning.effort: Input should be 'none'", param: 'reasoning.effort', ofLmdeploy: true },
  ],
  [
    'a tool without parser',
    '{"error":{"message":"Please launch the api_server with --tool-call-parser if you want to use tool calling.","type":"invalid_request_error","param":"tools","code":400}}',
    { message: expect.stringContaining('--tool-call-parser'), param: 'tools', ofLmdeploy: true },
  ],
  [
    'a gateway',
    '<html><head><title>502 Bad Gateway</title></head></html>',
    { message: 'an HTML page ("502 Bad Gateway")', param: null, ofLmdeploy: false },
  ],
  [
    'a bare 500',
    'Internal Server Error',
    { message: 'Internal Server Error', param: null, ofLmdeploy: false },
  ],
  ['nothing', '', { message: 'no body', param: null, ofLmdeploy: false }],
  ['other JSON', '{"no":1}', { message: '{"no":1}', param: null, ofLmdeploy: false }],
])('the error body of %s is read', (_, body, expected) => {
  expect(serverError(400, body)).toEqual({ status: 400, ...expected });
});

test('a message can not drive the terminal', () => {
  const body = JSON.stringify({
    error: { message: 'a\u001b[31mred\u001b]0;title\u0007\nb\u202e', type: 'x' },
  });
  expect(serverError(400, body).message).toBe('ared b');
});
