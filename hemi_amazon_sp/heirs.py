"""How flows, chores and kinds of reports are found: they are the models that inherit a common one."""


def heirs(model):
    """Give all models that inherit a model, however far, each once.

    :param model: a recordset of the model, whose environment the heirs get
    :rtype: list
    """
    found, parents = {}, [model]
    while parents:
        children = [model.env[name] for name in parents.pop()._inherit_children]
        parents += children
        found |= {child._name: child for child in children}
    return list(found.values())
