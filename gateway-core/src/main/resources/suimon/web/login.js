import { change } from './live.js';

const problem = document.getElementById('problem');

document.getElementById('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const failed = await change('/api/v1/login', { name: form.get('name'), password: form.get('password') });
  if (failed === null) {
    location.assign('/');
    return;
  }
  problem.textContent = {
    401: '利用者名かパスワードが違います。 The name or the password is wrong.',
    429: `しばらく待ってからもう一度。 Too many attempts: wait and try again.`,
    0: '装置につながりません。 The gateway does not answer.',
  }[failed.status] ?? (failed.why || String(failed.status));
});
