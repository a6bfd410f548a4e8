movie => {
  // JupyterLab and a plain page both run this script where it stands.
  const home = document.currentScript.parentElement
  const still = home.querySelector('img')
  // As the figure says: what is rendered may be narrower for the moment.
  const width = still.getAttribute('width')
  const last = movie.frames.length - 1
  const make = (tag, style, more) => Object.assign(document.createElement(tag), { style }, more)
  const picture = frame => {
    let svg = ''
    for (let i = 0; i < movie.frames[frame].length; i += 2) {
      const first = movie.frames[frame][i]
      svg += movie.lines.slice(first, first + movie.frames[frame][i + 1]).join('\n')
    }
    return svg
  }

  // The player has its own ground and ink, as the figures have: the page's theme may be dark.
  const box = make('div', `background:#fff;color:#1f1f1f;width:${width}px;max-width:100%;` +
    'font:13px Inter,Helvetica,Arial,sans-serif;color-scheme:light')
  const screen = make('div', 'line-height:0')
  const bar = make('div', 'display:flex;align-items:center;gap:12px;padding:2px 16px 10px')
  const button = make('button', 'font:inherit;width:64px;padding:3px 0;cursor:pointer', { type: 'button' })
  const slider = make('input', 'flex:1;margin:0', { type: 'range', min: 0, max: last, step: 1, value: last })
  slider.setAttribute('aria-label', 'Frame')
  const caption = make('output', 'min-width:11ch;text-align:right;font-variant-numeric:tabular-nums')
  bar.append(button, slider, caption)
  // JupyterLab would take the arrow keys for itself.
  for (const control of [button, slider]) control.dataset.lmSuppressShortcuts = 'true'
  box.append(screen, bar)

  let timer = 0
  const show = () => {
    screen.innerHTML = picture(+slider.value)
    const svg = screen.firstElementChild
    svg.style.cssText = 'width:100%;height:auto'
    caption.textContent = movie.captions[slider.value]
    slider.setAttribute('aria-valuetext', caption.textContent)
  }
  const stop = () => {
    clearInterval(timer)
    timer = 0
    button.textContent = 'Play'
  }
  const step = () => {
    // A cell that was run again, or a notebook that was closed, takes the player with it.
    if (!box.isConnected || +slider.value === last) return stop()
    slider.value = +slider.value + 1
    show()
  }
  button.onclick = () => {
    if (timer) return stop()
    if (+slider.value === last) slider.value = 0
    show()
    timer = setInterval(step, movie.pace)
    button.textContent = 'Pause'
  }
  slider.oninput = () => {
    stop()
    show()
  }
  stop()
  show()
  still.replaceWith(box)
}
