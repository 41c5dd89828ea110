"""What the interactive map does in the browser: recolour, show, find, select and save."""

CHOOSE = """
for (const [by, drawn] of Object.entries(renderers))
    for (const one of drawn) one.visible = by == chooser.value
for (const [by, legend] of Object.entries(legends)) legend.visible = by == chooser.value
"""
SHOW = """
const found = cb_data.index.indices
if (!cb_data.renderer.visible || found.length == 0) return
const group = cb_data.renderer.data_source.data, {x, y} = cb_data.geometry
const far = (k) => (group.x[k] - x) ** 2 + (group.y[k] - y) ** 2
const i = group.at[found.reduce((a, b) => far(b) < far(a) ? b : a)]
const own = points.data, length = line.data.time_s.length
const levels = signals.data.levels.slice(i * length, (i + 1) * length)
line.data = {time_s: line.data.time_s, value: Array.from(levels, (v) => v * own.step[i])}
facts.text = own.facts[i]
if (image) image.data = {url: [own.image[i]]}
"""
# What is found or selected stands out; all colourings have the same points, by their number `at`.
MARK = """
const mark = (chosen) => {
    for (const drawn of Object.values(renderers)) for (const one of drawn) {
        const data = one.data_source.data
        data.alpha = Array.from(data.at, (a) => chosen == null ? 0.75 : chosen.has(a) ? 0.9 : 0.05)
        one.data_source.selected.indices = []
        one.data_source.change.emit()
    }
    const own = points.data, count = {}
    if (chosen != null) for (const a of chosen) count[own.label[a]] = (count[own.label[a]] || 0) + 1
    const classes = Object.entries(count).map(([label, n]) => `${label} ${n}`).join(", ")
    told.text = chosen == null ? "" : `${chosen.size} of ${own.label.length} segments` +
        (classes ? ": " + classes.replaceAll("<", "&lt;") : "")
    save.disabled = chosen == null || chosen.size == 0
    save.tags = chosen == null ? [] : Array.from(chosen).sort((a, b) => a - b)
}
"""
FIND = (
    MARK
    + """
const words = search.value_input.toLowerCase().split(" ").filter((word) => word)
const found = new Set()
points.data.words.forEach((text, a) => {
    if (words.every((word) => text.includes(word))) found.add(a)
})
mark(words.length ? found : null)
"""
)
SELECT = (
    MARK
    + """
if (!cb_obj.final) return
const chosen = new Set()
for (const drawn of Object.values(renderers)) for (const one of drawn) if (one.visible)
    for (const i of one.data_source.selected.indices) chosen.add(one.data_source.data.at[i])
mark(chosen.size ? chosen : null)
"""
)
SAVE = """
const own = points.data, kept = ["recording", "start_s", "label", "subject", "database"]
const lines = save.tags.map((a) => kept.map((key) => own[key][a]).join("\\t"))
const file = new Blob([[kept.join("\\t"), ...lines].join("\\n") + "\\n"], {type: "text/plain"})
const link = document.createElement("a")
link.href = URL.createObjectURL(file)
link.download = "selected_segments.tsv"
link.click()
URL.revokeObjectURL(link.href)
"""
HINT = (
    "Point at a segment to see its signal and its image. Scroll to zoom, drag to move, or choose "
    "the box or the lasso above the map to select; click a name in the legend to hide it."
)
