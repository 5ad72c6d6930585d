"""The words of the field and of this project, each defined once: the help, the API and the explorer read it.

S is a training set, N all objects, n how many, i and j objects, v(S) the score of S under one measure.
"""

from __future__ import annotations

from lattice.errors import BadQuestion, about, closest, did_you_mean
from lattice.model import Term, Terms

TERMS: tuple[Term, ...] = (
    # -------------------------------------------------------------- the lattice
    Term(
        "lattice",
        "lattice",
        "All subsets of an ordered universe of data objects, with those that were trained on stored"
        " as nodes, and with what each scored.",
        formula="2^N, ordered by inclusion",
        grid="All rows.",
        graph="The whole graph.",
    ),
    Term(
        "data object",
        "lattice",
        "The unit that is in or out of a training set: a point, a source, a contributor's share.",
        also=("object",),
        graph="What a move adds or removes.",
    ),
    Term(
        "training set",
        "lattice",
        "A subset of the objects that a model was trained on; stored, whether or not it has a score.",
        also=("set", "coalition"),
        formula="S within N",
        grid="A row.",
        graph="A node.",
    ),
    Term(
        "evaluation set",
        "lattice",
        "What a model is evaluated on: a slice, a benchmark; it may itself be a subset of objects.",
        grid="A group of columns.",
    ),
    Term(
        "metric",
        "lattice",
        "What is measured, whether higher or lower is better, and between which ends it lies.",
    ),
    Term(
        "protocol",
        "lattice",
        "What is held fixed while the data change: learner, hyperparameters, budget. Scores under"
        " different protocols are never compared silently.",
    ),
    Term(
        "measure",
        "lattice",
        "A protocol, an evaluation set and a metric together; written metric/evaluation set@protocol.",
        grid="A column.",
    ),
    Term(
        "evaluation",
        "lattice",
        "One score of one training set under one measure, with its replicate and where it came from.",
    ),
    Term(
        "cell",
        "lattice",
        "All evaluations of one training set under one measure: their mean, its standard error, their"
        " number. A missing cell is missing, never 0.",
        formula="mean of y_1 ... y_K, SE = sd / sqrt(K)",
        grid="Where a row and a column meet.",
        graph="The color of a node under one measure.",
    ),
    Term(
        "rank",
        "lattice",
        "How many objects a set has.",
        formula="|S|",
        graph="The height of a node.",
    ),
    Term(
        "move",
        "lattice",
        "One object added to a stored set, or removed from it, with a stored set as the result.",
        formula="S to S + i, or S to S - i",
        grid="Two rows.",
        graph="An edge.",
    ),
    Term(
        "neighborhood",
        "lattice",
        "The stored sets at most so many moves away; their differences show what each object does here.",
        formula="all T with |S xor T| <= r",
        graph="The star around a node.",
    ),
    Term(
        "interval",
        "lattice",
        "All sets between two sets, one of which holds the other. Of a number: where it lies with the"
        " stated probability.",
        formula="[S, T] = all U with S within U within T",
        graph="The cube between two nodes.",
    ),
    Term(
        "result set",
        "lattice",
        "One imported batch of evaluations with where it came from, its design and its kind of"
        " replicates. It can be listed, compared and undone.",
    ),
    Term(
        "mapping",
        "lattice",
        "The text that says how a file of results is read: which columns are objects, scores, seeds.",
    ),
    # -------------------------------------------------------------- numbers
    Term(
        "delta",
        "numbers",
        "The score after a move minus the score before it, in the metric's own unit, called better or"
        " worse by the metric's direction.",
        formula="v(S + i) - v(S)",
        grid="One cell minus another in the same column.",
        graph="The change along an edge.",
    ),
    Term(
        "replicate",
        "numbers",
        "A repetition of the same training and evaluation with another seed, split or draw. Shared ones"
        " (blocks) were used for many sets and may be paired; independent ones are fresh for every"
        " cell; nested ones are repetitions within a repetition; unlabelled ones have lost their name"
        " and are never paired.",
        also=("seed", "block"),
    ),
    Term(
        "standard error",
        "numbers",
        "How far a mean over replicates is expected to be from the mean over all possible ones. With"
        " one replicate it is unknown, not 0.",
        formula="shared blocks: sd over blocks of the whole number / sqrt(K)",
        assumes="Blocks are drawn alike; the evaluation set itself is taken as given.",
    ),
    Term(
        "exact",
        "numbers",
        "All cells that the number needs are stored. Its noise over seeds is another matter.",
    ),
    Term(
        "bounded",
        "numbers",
        "Some cells are missing, and the number must lie in the stated interval if the stated"
        " assumption holds, whatever they score.",
        formula="sum of w y over stored cells, plus the least and the most of the missing ones",
        assumes="The metric's range, or monotone scores, a cap on moves, diminishing returns.",
    ),
    Term(
        "estimated",
        "numbers",
        "Some cells are missing and the number is inferred from a sample, with a stated method, error"
        " and design.",
        assumes="The design of the sample is what it is said to be.",
        reference="Saerndal, Swensson and Wretman, Model Assisted Survey Sampling, 1992",
    ),
    Term(
        "unavailable",
        "numbers",
        "Nothing honest can be said from the stored cells; what to train is listed.",
    ),
    Term(
        "coverage",
        "numbers",
        "Which share of the cells, by their weight, that a number needs is stored.",
        formula="sum of |w| over stored cells / sum of |w| over all",
    ),
    Term(
        "optimism",
        "numbers",
        "What is chosen as the best of noisy scores looks better than it is. With four or more shared"
        " blocks one half chooses and the other half is believed.",
        also=("cross-fitted", "winner's curse"),
        reference="Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 17",
    ),
    Term(
        "monotone",
        "numbers",
        "More data is never worse. An assumption that stored scores may contradict; then it is said by"
        " how much.",
        formula="v(S) <= v(T) for S within T, as goodness",
        graph="No edge upwards gets worse.",
    ),
    Term(
        "diminishing returns",
        "numbers",
        "What an object adds never grows with the set that it is added to.",
        also=("submodular",),
        formula="v(S + i) - v(S) >= v(T + i) - v(T) for S within T",
        graph="Over no square does an edge gain more at the top.",
        reference="Nemhauser, Wolsey and Fisher, Mathematical Programming 14, 1978",
    ),
    # -------------------------------------------------------------- values
    Term(
        "value",
        "values",
        "A number derived for an object from cells. A score is measured, a value is derived.",
    ),
    Term(
        "leave-one-out",
        "values",
        "What is lost when one object leaves the set. An object with a double looks worthless.",
        also=("LOO",),
        formula="v(S) - v(S - i)",
        grid="Two rows, one column.",
        graph="One edge down from the set.",
        reference="Cook and Weisberg, Residuals and Influence in Regression, 1982",
    ),
    Term(
        "group leave-one-out",
        "values",
        "What is lost when several objects leave together.",
        formula="v(S) - v(S - G)",
        grid="Two rows, one column.",
        graph="A path of |G| edges down.",
    ),
    Term(
        "influence",
        "values",
        "How much a model changes when a training point is weighted a little more. The influence"
        " function is a linear approximation of leave-one-out.",
        formula="- gradient of loss x inverse Hessian x gradient of the point's loss",
        assumes="A smooth loss near an optimum.",
        reference="Koh and Liang, ICML 2017",
    ),
    Term(
        "evaluation value",
        "values",
        "How the score changes when an object joins the evaluation set and the training set stays.",
        formula="f(S, E + i) - f(S, E)",
        grid="One row, two columns.",
    ),
    Term(
        "pair interaction",
        "values",
        "What two objects bring together beyond what each brings alone: above 0 they complement each"
        " other, below 0 they repeat each other.",
        formula="v(S) - v(S - i) - v(S - j) + v(S - ij)",
        grid="Four rows, one column.",
        graph="A square.",
    ),
    Term(
        "semivalue",
        "values",
        "A weighted mean of what an object adds to all sets without it; the weight depends on the size"
        " of the set.",
        formula="sum over S without i of p(|S|) (v(S + i) - v(S))",
        grid="All pairs of rows with and without the object.",
        graph="All edges that add the object.",
        reference="Dubey, Neyman and Weber, Mathematics of Operations Research 6, 1981",
    ),
    Term(
        "Shapley value",
        "values",
        "What an object adds on average when all join in a random order. The values of all objects"
        " add up to what all together gain.",
        also=("Shapley",),
        formula="sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))",
        grid="All rows of a column.",
        graph="All edges that add the object; every size counts alike.",
        assumes="Every order is as likely, and the empty set has a meaningful score.",
        reference="Shapley, Contributions to the Theory of Games II, 1953; Ghorbani and Zou, ICML 2019",
    ),
    Term(
        "Banzhaf value",
        "values",
        "What an object adds on average to a set drawn at random; the ranking of it is the most robust"
        " to noise among semivalues.",
        also=("Banzhaf",),
        formula="2^-(n - 1) sum over S without i of (v(S + i) - v(S))",
        grid="All rows of a column.",
        graph="All edges that add the object, each alike.",
        reference="Banzhaf, Rutgers Law Review 19, 1965; Wang and Jia, AISTATS 2023",
    ),
    Term(
        "Beta Shapley",
        "values",
        "A semivalue that stresses small sets (a > b) or large ones; Beta(1, 1) is the Shapley value.",
        formula="p(s) = B(s + b, n - 1 - s + a) / B(a, b)",
        graph="All edges that add the object, weighted by their rank.",
        reference="Kwon and Zou, AISTATS 2022",
    ),
    Term(
        "Owen value",
        "values",
        "The Shapley value where owners or groups stay together: first they join in a random order,"
        " then the objects of each in a random order.",
        also=("Owen",),
        formula="the mean over orders in which no block is interrupted",
        reference="Owen, in Mathematical Economics and Game Theory, 1977",
    ),
    Term(
        "interaction index",
        "values",
        "The mean over all sets of what two objects bring together beyond what each brings alone.",
        formula="sum over S without i, j of q(|S|) (v(S + ij) - v(S + i) - v(S + j) + v(S))",
        graph="All squares of the two objects.",
        reference="Grabisch and Roubens, International Journal of Game Theory 28, 1999",
    ),
    Term(
        "dividend",
        "values",
        "What a set brings that none of its subsets brings; all dividends within a set add up to its"
        " score.",
        also=("Moebius transform", "Harsanyi dividend"),
        formula="sum over T within S of (-1)^(|S| - |T|) v(T)",
        graph="The whole cube below a node.",
        reference="Harsanyi, International Economic Review 4, 1963",
    ),
    Term(
        "core",
        "values",
        "Splits of the gain with which no coalition gets less than it reaches alone. The least core"
        " is the smallest subsidy that makes one possible.",
        also=("least core",),
        formula="sum of x = v(N), sum of x over S >= v(S) - e for all S; e as small as possible",
        assumes="Coalitions could train without the others; data can be copied, so that threats often"
        " say more.",
        reference="Gillies, 1959; Yan and Procaccia, AAAI 2021",
    ),
    Term(
        "efficiency",
        "values",
        "Whether the values of all objects add up to what they gain together.",
        formula="sum of phi = v(N) - v(empty)",
    ),
    Term(
        "datamodel",
        "values",
        "A regression that predicts the score of a set from which objects it holds. Its coefficients are"
        " near Banzhaf values, not Shapley values, and its predictions are no scores.",
        formula="v(S) ~ b_0 + sum of b_i over i in S",
        grid="All stored rows of a column.",
        assumes="Effects add up, or nearly.",
        reference="Ilyas, Park, Engstrom, Leclerc and Madry, ICML 2022",
    ),
    Term(
        "linear datamodeling score",
        "values",
        "How well predicted scores of held-out sets are in the order of the measured ones.",
        also=("LDS",),
        formula="Spearman correlation over held-out sets",
        reference="Park, Georgiev, Ilyas, Leclerc and Madry, ICML 2023",
    ),
    # -------------------------------------------------------------- paths
    Term(
        "path",
        "paths",
        "A sequence of moves from one stored set to another.",
        graph="A chain of edges.",
    ),
    Term(
        "widest path",
        "paths",
        "The path whose worst score between its ends is best.",
        also=("bottleneck",),
        formula="max over paths of min of goodness strictly between the ends",
        graph="Every node on the way stays above the floor.",
    ),
    Term(
        "least-loss path",
        "paths",
        "The path on which the score falls least in sum.",
        formula="min of the sum of max(0, g(S_t-1) - g(S_t))",
    ),
    Term(
        "withdrawal",
        "paths",
        "Who leaves, in which order, and what each step costs.",
        graph="A path down from a set.",
    ),
    Term(
        "learning-order curve",
        "paths",
        "The score while objects join from the best to the worst, or leave from the best on: a ranking"
        " is good when the first curve rises fast and the second falls fast.",
        grid="The rows of one chain, one column.",
        graph="A path up from the empty set, or down from all.",
        reference="Ghorbani and Zou, ICML 2019",
    ),
    # -------------------------------------------------------------- practice
    Term(
        "data strike",
        "practice",
        "People withhold their data together. The threat is what the model loses without them.",
        also=("strike", "data leverage", "threat"),
        formula="threat(G) = v(N) - v(N - G)",
        grid="Two rows, one column.",
        graph="From the top down to the set without them.",
        reference="Vincent, Li, Tilly, Chancellor and Hecht, FAccT 2021",
    ),
    Term(
        "synergy",
        "practice",
        "How much more a coalition takes along than its members one at a time.",
        formula="threat(G) - sum of v(N) - v(N - i) over i in G",
        graph="A group's drop beside the drops of its single edges.",
    ),
    Term(
        "coreset",
        "practice",
        "A small set that does nearly as well as all data.",
        also=("budget scan", "data pruning"),
        formula="max of v(S) with |S| <= k; regret v(N) - v(S)",
        graph="The best node of a rank.",
        reference="Sorscher, Geirhos, Shekhar, Ganguli and Morcos, NeurIPS 2022",
    ),
    Term(
        "scaling law",
        "practice",
        "How the score grows with the amount of data: a power, exponential or logarithmic curve fitted"
        " to the means of the ranks, believed at most to twice the largest size.",
        also=("scaling curve",),
        formula="v(k) ~ a - b k^-c",
        grid="All rows by their size, one column.",
        graph="The mean height of every rank.",
        reference="Hestness et al., 2017; Kaplan et al., 2020",
    ),
    Term(
        "poisoning",
        "practice",
        "Somebody corrupts objects to change the model. A corrupted version of an object is an object"
        " of its own, a variant; the two are never in one set.",
        grid="The row with the object against the row with its variant.",
        reference="Biggio, Nelson and Laskov, ICML 2012",
    ),
    Term(
        "unlearning",
        "practice",
        "A model is made to behave as if an object had never been in its training set; it is compared"
        " with the model that really was trained without.",
        formula="difference from v(S - i), tested for equivalence",
        graph="The node below, reached without training.",
        reference="Bourtoule et al., IEEE Symposium on Security and Privacy, 2021",
    ),
    Term(
        "neighbor sensitivity",
        "practice",
        "The largest stored change over a single move. It is no epsilon of differential privacy, which"
        " bounds the distribution of outputs over all neighbors.",
        formula="max over stored edges of |delta|",
        graph="The steepest edge.",
        reference="Dwork, McSherry, Nissim and Smith, TCC 2006",
    ),
)


def find(words: tuple[str, ...] = ()) -> Terms:
    """The terms that are named, by any of their names; all without words.

    Raises:
        BadQuestion: a word that is not in the glossary.
    """
    if not words:
        return Terms(tuple(sorted(TERMS, key=lambda each: each.name.casefold())), len(TERMS))
    found: dict[str, Term] = {}
    for word in words:
        wanted = word.strip().casefold()
        named = [
            each
            for each in TERMS
            if wanted in (name.casefold() for name in (each.name, *each.also))
        ]
        if not named:
            names = [name for each in TERMS for name in (each.name, *each.also)]
            near = closest(wanted, names)
            with about(word):
                raise BadQuestion(
                    f"{word!r} is not in the glossary.",
                    hint=did_you_mean(near) or "`lattice terms` lists all words.",
                    suggestions=near,
                )
        found |= {each.name: each for each in named}
    return Terms(tuple(sorted(found.values(), key=lambda each: each.name.casefold())), len(found))
