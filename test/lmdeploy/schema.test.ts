import { expect, test } from 'vitest';
import { modelList, readJson, responseObject, streamEvent } from '../../src/lmdeploy/schema.js';

const call = {
  type: 'function_call',
  id: 'i',
  call_id: 'c',
  name: 'exec_command',
  arguments: '{}',
  status: 'completed',
};
const response = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [call],
  anything: { new: true },
};

test('fields that nobody knows yet fail nothing', () => {
  const list = { object: 'list', data: [{ id: 'm', owned_by: 'lmdeploy', tomorrow: 1 }], more: [] };
  expect(readJson(modelList, JSON.stringify(list))).toMatchObject({ value: { data: [{ id: 'm' }] } });
  expect(readJson(responseObject, JSON.stringify(response))).toHaveProperty('value');
  const unknownItem = { ...response, output: [{ type: 'reasoning', summary: [] }] };
  expect(readJson(responseObject, JSON.stringify(unknownItem))).toHaveProperty('value');
  const delta = { type: 'response.output_text.delta', delta: 'x' };
  expect(readJson(streamEvent, JSON.stringify(delta))).toHaveProperty('value');
});

test.each([
  [modelList, { object: 'list' }, 'data'],
  [modelList, { data: [{ object: 'model' }] }, 'data.0.id'],
  [modelList, { data: null }, 'data'],
  [modelList, [], 'the document'],
  [responseObject, { ...response, id: undefined }, 'id'],
  [responseObject, { ...response, output: [{ ...call, call_id: undefined }] }, 'output.0.call_id'],
  [streamEvent, { type: 'response.output_item.done' }, 'item'],
  [streamEvent, { type: 'response.completed', response: { id: 'r', output: [] } }, 'response.status'],
])('a needed field that is missing is named (%#)', (schema, value, field) => {
  const read = readJson(schema as typeof responseObject, JSON.stringify(value));
  expect(read).toHaveProperty('problem');
  expect('problem' in read && read.problem.split(':')[0]).toBe(field);
});

test('what is no JSON is told so', () => {
  expect(readJson(modelList, '<html>')).toEqual({ problem: 'it is not JSON' });
});
