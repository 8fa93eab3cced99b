/* Small help for the walk form; everything works without it. */

// What was filled in from the last walk is replaced by typing, not added to.
for (const input of document.querySelectorAll('.how-far input')) {
  input.addEventListener('focus', () => input.select());
}

// "It never hurt" and "after ten minutes" cannot both be so: the later word stands.
const neverHurt = document.querySelector('#id_never_hurt');
const onset = document.querySelector('#id_pain_onset');
if (neverHurt && onset) {
  neverHurt.addEventListener('change', () => {
    if (neverHurt.checked) onset.value = '';
  });
  onset.addEventListener('input', () => {
    if (onset.value.trim()) neverHurt.checked = false;
  });
}
