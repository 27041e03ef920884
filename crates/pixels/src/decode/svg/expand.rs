//! The elements of an SVG with every reference followed: how many there would be, how deep.

use std::collections::HashMap;

use plan::Format;
use resvg::usvg::roxmltree::{Document, Node};

use crate::{Error, decode::guard::damaged};

/// Refuses a document whose elements, after expanding `use`, patterns, masks and the like, are too many or
/// nested too deep.
pub(super) fn check(document: &Document<'_>) -> Result<(), Error> {
    let expansion = Expansion::new(document);
    let elements = document.descendants().filter(Node::is_element).count() as u64;
    let whole = expansion.measure(document.root_element())?;
    let styled = expansion.styled(document, elements)?;
    if whole.elements.saturating_add(styled) > ELEMENTS {
        return Err(Error::TooLarge(format!(
            "the drawing expands to more than {ELEMENTS} elements"
        )));
    }
    if whole.depth > DEPTH {
        return Err(Error::TooLarge(format!("the drawing is nested deeper than {DEPTH} elements")));
    }
    if whole.letters > LETTERS {
        return Err(Error::TooLarge(format!(
            "the drawing has more than {LETTERS} letters of text"
        )));
    }
    Ok(())
}

/// Elements after expanding references.
const ELEMENTS: u64 = 100_000;

/// Nesting after expanding references.
const DEPTH: u32 = 256;

/// Characters of texts after expanding references. Each becomes an outline, and the drawing library looks through its
/// text again for some of them.
const LETTERS: u64 = 20_000;

/// Elements whose characters are drawn.
const TEXTS: [&str; 5] = ["text", "tspan", "textPath", "tref", "a"];

/// Rules of style sheets times elements: each rule is compared with each element.
const COMPARISONS: u64 = 20_000_000;

/// Elements that draw what their `href` names. Others, such as links and animations, only name it.
const FOLLOWED: [&str; 6] = ["use", "pattern", "filter", "feImage", "textPath", "tref"];

#[derive(Clone, Copy, Default)]
struct Measure {
    elements: u64,
    depth: u32,
    /// Characters that are drawn as text.
    letters: u64,
}

struct Expansion<'a, 'input> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
}

impl<'a, 'input> Expansion<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Self {
        let ids = document
            .descendants()
            .filter_map(|node| node.attribute("id").map(|id| (id, node)))
            .collect();
        Self { ids }
    }

    /// With a stack of its own, as the depth is what is being measured. References in a circle are an error
    /// in SVG, and the drawing library does not find all of them.
    fn measure(&self, root: Node<'a, 'input>) -> Result<Measure, Error> {
        enum Visit<'a, 'input> {
            Enter(Node<'a, 'input>),
            Leave(Node<'a, 'input>),
        }
        // Absent: not seen. `None`: being measured.
        let mut known: HashMap<_, Option<Measure>> = HashMap::new();
        let mut stack = vec![Visit::Enter(root)];
        while let Some(visit) = stack.pop() {
            match visit {
                Visit::Enter(node) => {
                    if known.contains_key(&node.id()) {
                        continue;
                    }
                    known.insert(node.id(), None);
                    stack.push(Visit::Leave(node));
                    stack.extend(self.below(node).into_iter().map(Visit::Enter));
                }
                Visit::Leave(node) => {
                    let mut sum = Measure { elements: 1, depth: 0, letters: letters(node) };
                    for below in self.below(node) {
                        let Some(part) = known.get(&below.id()).copied().flatten() else {
                            let reason = "elements refer to each other in a circle";
                            return Err(damaged(Format::Svg, reason));
                        };
                        sum.elements = sum.elements.saturating_add(part.elements);
                        sum.depth = sum.depth.max(part.depth);
                        sum.letters = sum.letters.saturating_add(part.letters);
                    }
                    sum.depth = sum.depth.saturating_add(1);
                    known.insert(node.id(), Some(sum));
                }
            }
        }
        Ok(known.get(&root.id()).copied().flatten().unwrap_or_default())
    }

    /// Child elements, and elements that this one draws through a reference.
    fn below(&self, node: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
        let mut below: Vec<_> = node.children().filter(Node::is_element).collect();
        for attribute in node.attributes() {
            let value = attribute.value();
            if attribute.name() == "href" {
                if !FOLLOWED.contains(&node.tag_name().name()) {
                    continue;
                }
                below.extend(value.trim().strip_prefix('#').and_then(|id| self.drawn(id)));
            } else {
                below.extend(urls(value).filter_map(|id| self.drawn(id)));
            }
        }
        below
    }

    /// What style sheets may add: any rule may apply to any element.
    fn styled(&self, document: &'a Document<'input>, elements: u64) -> Result<u64, Error> {
        let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
        let mut added = 0u64;
        for text in sheets.filter_map(|sheet| sheet.text()) {
            let rules = text.bytes().filter(|&byte| byte == b'{').count() as u64;
            if rules.saturating_mul(elements) > COMPARISONS {
                return Err(Error::TooLarge("the style sheet has too many rules".to_owned()));
            }
            for node in urls(text).filter_map(|id| self.drawn(id)) {
                // Ten times the room: few rules apply to many elements.
                let share = self.measure(node)?.elements.saturating_mul(elements) / 10;
                added = added.saturating_add(share);
            }
        }
        Ok(added)
    }

    /// The element of this name, unless it is a gradient: these hold colours only, and are followed without drawing.
    fn drawn(&self, id: &str) -> Option<Node<'a, 'input>> {
        let node = *self.ids.get(id)?;
        (!matches!(node.tag_name().name(), "linearGradient" | "radialGradient")).then_some(node)
    }
}

/// Characters of an element's own, if they are drawn.
fn letters(node: Node<'_, '_>) -> u64 {
    if !TEXTS.contains(&node.tag_name().name()) {
        return 0;
    }
    let texts = node.children().filter(Node::is_text).filter_map(|child| child.text());
    texts.map(|text| text.chars().count() as u64).sum()
}

/// Names in `url(#name)`, quoted or not.
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|part| {
        let (inside, _) = part.split_once(')')?;
        inside.trim().trim_matches(['"', '\'']).trim().strip_prefix('#')
    })
}
