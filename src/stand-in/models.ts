import { newId } from './id.js';

/** `GET /v1/models` as LMDeploy 0.18.0 answers it: base model and adapters as equals, no context length. */
export function modelList(models: readonly string[]): object {
  const created = Math.floor(Date.now() / 1000);
  return {
    object: 'list',
    data: models.map((id) => ({
      id,
      object: 'model',
      created,
      owned_by: 'lmdeploy',
      root: id,
      parent: null,
      permission: [
        {
          id: newId('modelperm-'),
          object: 'model_permission',
          created,
          allow_create_engine: false,
          allow_sampling: true,
          allow_logprobs: true,
          allow_search_indices: true,
          allow_view: true,
          allow_fine_tuning: false,
          organization: '*',
          group: null,
          is_blocking: false,
        },
      ],
    })),
  };
}
